"""A story in Python, with PyGithub as it is. Prints what it sees, a JSON line a step."""
import io
import json
import sys

from github import Github, GithubException

base_url, token, name = sys.argv[1:4]
github = Github(token, base_url=base_url, per_page=10)


def show(**seen):
    print(json.dumps(seen))


user = github.get_user()
repository = user.create_repo(name, auto_init=True)
show(login=user.login, repository=repository.full_name, branch=repository.default_branch)

issue = repository.create_issue("From Python", body="Hello", labels=["bug"])
for number in range(13):
    issue.create_comment("Comment %d" % number)
comments = issue.get_comments()
show(number=issue.number, comments=comments.totalCount, last=list(comments)[-1].body)

issue.create_reaction("rocket")
issue.edit(title="Closed", state="closed")
issue.add_to_labels("ready")
found = repository.get_issues(state="all", labels=["ready", "bug"])
show(state=issue.state, reactions=[r.content for r in issue.get_reactions()], found=[i.title for i in found])

repository.create_file("a/b.txt", "Add it", "first")
content = repository.get_contents("a/b.txt")
repository.update_file(content.path, "Change it", "second", content.sha)
show(
    text=repository.get_contents("a/b.txt").decoded_content.decode(),
    listed=[c.path for c in repository.get_contents("a")],
    commits=repository.get_commits().totalCount,
)

reference = repository.get_git_ref("heads/main")
show(ref=reference.ref, refs=[r.ref for r in repository.get_git_refs()])

try:
    repository.get_issue(77)
except GithubException as error:
    show(status=error.status, message=error.data["message"])
show(permission=repository.get_collaborator_permission(user.login), left=github.get_rate_limit().core.remaining > 0)

release = repository.create_git_release("v1", "One", "Notes")
asset = release.upload_asset_from_memory(io.BytesIO(b"bytes"), 5, "tool.bin", content_type="application/x-tool")
show(
    release=repository.get_latest_release().tag_name,
    asset=[a.name for a in repository.get_release("v1").get_assets()],
    size=asset.size,
    archive=repository.get_archive_link("tarball").startswith("http://127.0.0.1:"),
)
fork = repository.create_fork()
show(fork=fork.full_name, languages=repository.get_languages(), stars=repository.stargazers_count)
