/**
 * @module The part of Redis' script that counts: `turn-taking.ts`, `window-count.ts` and `budget-count.ts` in Lua. It uses what the frame in
 * `redis-limiter-script.ts` defines before it.
 */
export const countsInLua = `
-- Turns

local function isDue(turns, rank)
  if not turns or #turns < 10 then return false end
  for _, other in ipairs(turns) do
    if other >= rank then return false end
  end
  return true
end

local function orderOf(turns, rank)
  return isDue(turns, rank) and math.max(unpack(turns)) - 0.5 or rank
end

local function turnsOf(need) return need.kind == "concurrent" and need.kind or need.kind .. " " .. need.name end

local function noteTurn(name, rank)
  local own = record.turns[name] or {}
  own[#own + 1] = isDue(own, rank) and 99 or rank
  if #own > 10 then table.remove(own, 1) end
  record.turns[name] = own
end

-- Windows

local function slotAt(at, ms) return math.floor(at * 60 / ms) end
local function leavesAt(slot, ms) return math.ceil((slot + 61) * ms / 60) end
local function slotBefore(slot, ms, by)
  if ms == 0 then return slot end
  return math.min(slotAt(now, ms), slot - math.floor(by * 60 / ms))
end

local function addToSlots(slots, slot, cost)
  local last = #slots
  if last > 0 and slots[last - 1] == slot then
    slots[last] = slots[last] + cost
  else
    slots[last + 1] = slot
    slots[last + 2] = cost
  end
end

local function usedOf(window)
  local used = 0
  for index = 2, #window.slots, 2 do used = used + window.slots[index] end
  return used
end

local function scaleOf(window)
  if not window.scale then return 1000 end
  return math.min(1000, window.scale[1] + 50 * math.floor((now - window.scale[2]) / 600000))
end

local function allowedShare(limit, share) return math.max(1, math.floor(limit * share + 1e-9)) end

local function windowFor(need)
  local known = record.windows[need.name]
  if known and known.ms == need.windowMs then return known end
  local window = {ms = need.windowMs, slots = {}}
  if known then
    window.scale = known.scale
    local used = usedOf(known)
    if used > 0 then window.slots = {slotAt(now, window.ms), used} end
  end
  return window
end

local function windowWait(need, request)
  if need.cost <= 0 then return 0 end
  local window = windowFor(need)
  local share = isDue(record.turns["window " .. need.name], request.rank) and 1 or need.share
  local allowed = allowedShare(need.limit * scaleOf(window) / 1000, share)
  local excess = usedOf(window) + math.min(need.cost, allowed) - allowed
  if excess <= 0 then return 0 end
  local slots = window.slots
  for index = 1, #slots, 2 do
    excess = excess - slots[index + 1]
    if excess <= 0 then return math.max(1, leavesAt(slots[index], window.ms) - now) end
  end
  return window.ms
end

local function takeFromWindow(need)
  local window = windowFor(need)
  record.windows[need.name] = window
  local slot = slotAt(now, window.ms)
  addToSlots(window.slots, slot, need.cost)
  return slot
end

local function refundWindow(name, slot, cost)
  local slots = record.windows[name] and record.windows[name].slots or {}
  for index = 1, #slots, 2 do
    if slots[index] == slot then
      local left = slots[index + 1] - cost
      if left > 0 then
        slots[index + 1] = left
      else
        table.remove(slots, index)
        table.remove(slots, index)
      end
      return true
    end
  end
  return false
end

local function restampUse(name, slot, cost)
  local window = record.windows[name]
  if not window or window.ms == 0 then return end
  local last = slotAt(now, window.ms)
  if last ~= slot and refundWindow(name, slot, cost) then addToSlots(window.slots, last, cost) end
end

local function halveWindow(name, sentAt)
  local window = record.windows[name] or {ms = 0, slots = {}}
  if sentAt and window.scale and sentAt < window.scale[2] then return end
  window.scale = {math.max(125, math.floor(scaleOf(window) / 2)), now}
  record.windows[name] = window
end

local function refreshWindow(window)
  local kept = {}
  for index = 1, #window.slots, 2 do
    if leavesAt(window.slots[index], window.ms) > now then
      addToSlots(kept, window.slots[index], window.slots[index + 1])
    end
  end
  window.slots = kept
  if scaleOf(window) >= 1000 then window.scale = nil end
  return #kept > 0 or window.scale ~= nil
end

-- Budgets

local function inFlightOf(resource)
  local requests, cost = 0, 0
  for _, lease in pairs(record.leases) do
    local reserved = lease.budgets and lease.budgets[resource]
    if reserved then requests, cost = requests + 1, cost + reserved end
  end
  return requests, cost
end

local function budgetWait(need)
  if need.cost <= 0 then return 0 end
  local budget = record.budgets[need.resource]
  local requests, inFlight = inFlightOf(need.resource)
  if not budget then return requests < 5 and 0 or 250 end
  local limit = budget.limit
  if not limit then return 0 end
  local function shareOf(share) return math.ceil(limit * share - 1e-9) end
  local keep = math.max(math.min(need.reserve, shareOf(need.reserveShare)), shareOf(need.keepShare))
  local cost = limit > keep and math.min(need.cost, limit - keep) or need.cost
  local left = budget.remaining
  for _, unseen in pairs(budget.unseen or {}) do left = left - unseen[1] end
  local free = math.max(0, left) - keep - cost
  if inFlight <= free then return 0 end
  local reset = math.max(1, (budget.resetAt or math.min(budget.endsAt, now + minute)) - now)
  return free >= 0 and math.min(250, reset) or reset
end

local function takeNews(news, id)
  local resource, limit = news.resource, news.limit
  local known = record.budgets[resource]
  if known and not known.limit then known = nil end
  if news.resetsInMs <= 0 then
    if not known then record.budgets[resource] = {limit = limit, remaining = limit, endsAt = now + hour} end
    return false
  end
  local resetAt = now + math.min(3900000, math.ceil(news.resetsInMs))
  local remaining = math.max(0, math.floor(news.remaining))
  local unseen = known and known.unseen
  local sentAt = record.leases[id] and record.leases[id].since or 0
  local isCorrection = known and known.learntAt and sentAt > known.learntAt
  if not known or not known.resetAt or resetAt > known.resetAt + 15000
    or (isCorrection and resetAt < known.resetAt - 15000) then
    record.budgets[resource] =
      {limit = limit, remaining = remaining, unseen = unseen, learntAt = now, resetAt = resetAt, endsAt = resetAt + hour}
  elseif resetAt >= known.resetAt - 15000 then
    known.limit = limit
    known.remaining = math.min(known.remaining, remaining)
    known.resetAt = math.max(known.resetAt, resetAt)
    known.endsAt = known.resetAt + hour
    known.learntAt = now
  else
    return false
  end
  for other, entry in pairs(unseen or {}) do
    if other == id or entry[2] < sentAt then unseen[other] = nil end
  end
  return true
end

local function countReserved(id, lease, at, isSilent)
  for resource, cost in pairs(lease.budgets or {}) do
    local budget = record.budgets[resource]
    if isSilent and not (budget and budget.resetAt) then
      record.budgets[resource] = {remaining = 0, endsAt = at + 600000}
    elseif budget and budget.limit then
      budget.unseen = budget.unseen or {}
      local count = 0
      for _ in pairs(budget.unseen) do count = count + 1 end
      local name = count < 50 and id or ""
      local before = budget.unseen[name] or {0, 0}
      budget.unseen[name] = {before[1] + cost, math.max(before[2], at)}
    end
  end
end

local function refreshBudget(resource, at)
  local budget = record.budgets[resource]
  if not budget then return end
  if budget.resetAt and budget.limit and budget.resetAt <= at then
    budget.remaining = budget.limit
    budget.unseen = nil
    budget.resetAt = nil
  end
  if budget.endsAt <= at then record.budgets[resource] = nil end
end
`;
