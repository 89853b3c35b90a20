/**
 * @module The one script that Redis runs: `principal-limits.ts` in Lua 5.1, on the same JSON, by the server's clock.
 * Both are changed together; a test compares them on random sequences.
 *
 * `KEYS[1]` the record · `ARGV[1]` acquire, settle, withdraw, tell or read · `ARGV[2]` the request, the settlement or what a process
 * tells as JSON (`redis-limiter-store.ts`), or the ticket · `ARGV[3]` the lease, or the name of a new epoch. Answers `{1, now}`, for `read`
 * with the record's text, for `acquire` and `tell` with its epoch; refusals `{0, now, waitMs, kind, name}`; `{2, now}` where the record
 * is not the one that the process knows of.
 */

import { countsInLua } from "./redis-script-counts.ts";
import { epochsInLua } from "./redis-script-epochs.ts";
import { lineAndTimeInLua } from "./redis-script-time.ts";

/** How the script learns the time. Apart, so that tests can make time pass. */
export const serverTime = 'redis.call("TIME")';

export const limiterScript = `
local minute, hour = 60000, 3600000
local huge = math.huge
local time = ${serverTime}
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key, operation = KEYS[1], ARGV[1]

local text = redis.call("GET", key)
if operation == "read" then return {1, now, text or ""} end
local record = {at = now}
if text then
  local isJson, value = pcall(cjson.decode, text)
  if not isJson or type(value) ~= "table" or type(value.at) ~= "number" then
    return redis.error_reply("CORRUPT the value is no record of limits")
  end
  record = value
end
local maps = {"budgets", "windows", "serials", "leases", "tickets", "turns"}
for _, name in ipairs(maps) do record[name] = record[name] or {} end
record.nextPlace = record.nextPlace or 0
for _, window in pairs(record.windows) do window.slots = window.slots or {} end

${countsInLua}
${lineAndTimeInLua}
${epochsInLua}
-- Operations

local waits = {budget = budgetWait, window = windowWait, concurrent = concurrencyWait, serial = serialWait}

local function acquire(request, id)
  if request.known then
    if isForgotten(request.known) then return {2, now} end
    local longest = 0
    for _, need in ipairs(request.needs) do longest = math.max(longest, need.windowMs or 0) end
    if longest > 0 then keepEpoch(id, longest) end
  end
  local wait, kind, name = 0, nil, nil
  local wants = {}
  local pause = record.pause
  if pause and pause.endsAt > now then wait, kind, name, wants = pause.endsAt - now, "pause", pause.reason, nil end
  for _, need in ipairs(request.needs) do
    local needWait = math.max(math.ceil(waits[need.kind](need, request)), recoveryWait(need))
    if needWait > 0 then
      if needWait > wait then
        wait, kind, name = needWait, need.kind, need.resource or need.name or "concurrent"
      end
      if need.kind ~= "concurrent" and need.kind ~= "serial" then wants = nil end
      if wants and need.kind == "concurrent" then wants.room = roomFor(need, request.rank) end
      if wants and need.kind == "serial" then
        wants.serials = wants.serials or {}
        wants.serials[#wants.serials + 1] = need.name
      end
    end
  end
  if kind then
    remember(request, wants, wait)
    return {0, now, wait, kind, name}
  end
  record.tickets[request.ticket] = nil
  local budgets, uses, serials = {}, {}, {}
  for _, need in ipairs(request.needs) do
    if need.kind == "budget" and need.cost > 0 then budgets[need.resource] = need.cost end
    if need.kind ~= "budget" and not (need.kind == "window" and need.cost <= 0) then
      noteTurn(turnsOf(need), request.rank)
    end
    if need.kind == "serial" then serials[need.name] = math.ceil(need.gapMs) end
    if need.kind == "window" and need.cost > 0 then
      local slot = takeFromWindow(need)
      uses[need.name] = {slot, need.cost, need.refundable and 1 or 0}
    end
  end
  record.leases[id] = {
    since = now,
    endsAt = now + math.ceil(request.leaseMs),
    budgets = next(budgets) and budgets or nil,
    uses = next(uses) and uses or nil,
    serials = next(serials) and serials or nil,
  }
  return {1, now, record.epoch}
end

local function takePause(news)
  local pause = record.pause
  local strikes = 1
  if pause then strikes = pause.endsAt > now and pause.strikes or pause.strikes + 1 end
  local length = math.min(hour, minute * 2 ^ (strikes - 1))
  if type(news.forMs) == "number" then length = math.max(0, math.ceil(news.forMs)) end
  if not pause or now + length > pause.endsAt then
    record.pause = {endsAt = now + length, reason = news.reason, strikes = strikes}
  else
    pause.strikes = strikes
  end
end

local function settle(settlement, id)
  local lease, news = record.leases[id], settlement.budget
  if news and not (type(news.limit) == "number" and news.limit > 0
    and type(news.remaining) == "number" and type(news.resetsInMs) == "number") then
    news = nil
  end
  local isTaken = news and takeNews(news, id)
  if lease then
    record.leases[id] = nil
    local counted = settlement.counted
    local from = counted == "unsent" and lease.since or counted == "unknown" and now or arrivedAt(lease, now)
    freeSerials(lease, from)
    for name, use in pairs(lease.uses or {}) do
      if counted == "unsent" or (counted == "no" and use[3] == 1) then
        refundWindow(name, use[1], use[2])
      else
        restampUse(name, use[1], use[2])
      end
    end
    if counted ~= "no" and counted ~= "unsent" and not isTaken then
      countReserved(id, lease, now, settlement.counted == "yes" and not news)
    end
  end
  for _, name in ipairs(settlement.halve or {}) do halveWindow(name, lease and lease.since) end
  if settlement.pause then
    takePause(settlement.pause)
  elseif settlement.counted == "yes" and record.pause and now >= record.pause.endsAt + 600000 then
    record.pause = nil
  end
end

passTime()
passEpoch()
local answer = {1, now}
if operation == "acquire" then
  answer = acquire(cjson.decode(ARGV[2]), ARGV[3])
elseif operation == "settle" then
  settle(cjson.decode(ARGV[2]), ARGV[3])
elseif operation == "tell" then
  answer = tell(cjson.decode(ARGV[2]), ARGV[3])
else
  record.tickets[ARGV[2]] = nil
end

local endsAt = math.max(recordEndsAt(), record.keptUntil or 0, record.recovery and recoveryEndsAt() or 0)
if endsAt <= now then
  redis.call("DEL", key)
  return answer
end
-- An empty table would come back as an object where a list is meant.
for _, window in pairs(record.windows) do
  if #window.slots == 0 then window.slots = nil end
end
for _, budget in pairs(record.budgets) do
  if budget.unseen and not next(budget.unseen) then budget.unseen = nil end
end
for _, name in ipairs(maps) do
  if not next(record[name]) then record[name] = nil end
end
if record.nextPlace == 0 then record.nextPlace = nil end
redis.call("SET", key, cjson.encode(record), "PX", endsAt - now)
return answer
`;
