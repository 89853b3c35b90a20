/**
 * @module The part of Redis' script that notices that it has forgotten something, and learns it again from those who know. It uses
 * what the frame in `redis-limiter-script.ts` and the counting part define before it. TypeScript's state machine has no such part:
 * what counts in memory or in a file forgets nothing while anybody remembers.
 *
 * While a record recovers, every window that was running counts as full: what others used who have not told it is not known.
 */
export const epochsInLua = `
-- Epochs

local epochMargin = 600000

local function recoveryEndsAt() return record.recovery.since + math.ceil(record.recovery.longest * 61 / 60) end

-- The clocks of processes may differ from this one's.
local function keepEpoch(id, longest)
  record.epoch = record.epoch or id
  record.keptUntil = math.max(record.keptUntil or 0, now + longest + epochMargin)
end

local function isForgotten(known) return known ~= "" and record.epoch ~= known end

local function recoveryWait(need)
  if not record.recovery or need.kind ~= "window" or need.cost <= 0 then return 0 end
  return math.max(0, record.recovery.since + math.ceil(need.windowMs * 61 / 60) - now)
end

local function passEpoch()
  if record.recovery and recoveryEndsAt() <= now then record.recovery = nil end
  if record.keptUntil and record.keptUntil <= now then record.epoch, record.keptUntil = nil, nil end
end

local function recover(news, id)
  local longest = hour
  for _, use in ipairs(news.uses) do longest = math.max(longest, use.windowMs) end
  keepEpoch(id, longest)
  local recovery = record.recovery or {since = now, longest = longest, told = {}}
  record.recovery = recovery
  if recovery.told[news.process] then return end
  recovery.told[news.process] = true
  for _, use in ipairs(news.uses) do
    if use.all > 0 then takeFromWindow({name = use.name, windowMs = use.windowMs, cost = use.all}) end
  end
  for _, lease in ipairs(news.leases) do
    record.leases[lease.id] = {since = now, endsAt = now + math.ceil(lease.forMs)}
  end
  for _, budget in ipairs(news.budgets) do takeNews(budget, "") end
  local count = 0
  for _ in pairs(recovery.told) do count = count + 1 end
  if count >= news.processes then record.recovery = nil end
end

local function tell(news, id)
  if isForgotten(news.known) then
    recover(news, id)
  else
    for _, use in ipairs(news.uses) do
      if use.cost > 0 then takeFromWindow(use) end
    end
  end
  return {1, now, record.epoch}
end
`;
