/**
 * @module The configuration that gh-store writes where there is none: its keys, with its defaults.
 */
export const defaultConfig = `# gh-store's configuration, with its defaults.
store:
  # The label of every object.
  base_label: "stored-object"

  # What stands before an object's id in its label.
  uid_prefix: "UID:"

  # Reactions to comments: one that was processed, and one that holds an initial state.
  reactions:
    processed: "+1"
    initial_state: "rocket"

  # How often a request is tried.
  retries:
    max_attempts: 3
    backoff_factor: 2

  # How much GitHub is asked.
  rate_limit:
    max_requests_per_hour: 1000

  # What is told on the standard error.
  log:
    level: "INFO"
    format: "{time} | {level} | {message}"
`;
