/**
 * @module The part of Redis' script for the line and for time that passes: `waiting-line.ts` and `pass-time.ts` in Lua. It
 * uses what stands before it in `redis-limiter-script.ts`.
 */
import { arrivalMs } from "./pass-time.ts";

export const lineAndTimeInLua = `
-- The line

local function roomFor(need, rank)
  return allowedShare(need.limit, isDue(record.turns[turnsOf(need)], rank) and 1 or need.share)
end

local function ahead(request, turnsName)
  local known = record.tickets[request.ticket]
  local place = known and known.place or huge
  local turns = record.turns[turnsName]
  local mine = orderOf(turns, request.rank)
  local found = {}
  for name, ticket in pairs(record.tickets) do
    local theirs = orderOf(turns, ticket.rank)
    local isAhead = theirs < mine or (theirs == mine and ticket.place < place)
    if isAhead and name ~= request.ticket then found[#found + 1] = ticket end
  end
  return found
end

local function concurrencyWait(need, request)
  local room, count, leases = roomFor(need, request.rank), 0, 0
  for _, ticket in ipairs(ahead(request, turnsOf(need))) do
    if ticket.room then
      count = count + 1
      room = math.min(room, ticket.room)
    end
  end
  for _ in pairs(record.leases) do leases = leases + 1 end
  if leases + count < room then return 0 end
  local wait = math.min(1000, 25 * (1 + count))
  for _, lease in pairs(record.leases) do wait = math.min(wait, lease.endsAt - now) end
  return math.max(1, wait)
end

local function arrivedAt(lease, answeredAt)
  return math.min(answeredAt, lease.since + ${arrivalMs})
end

local function serialWait(need, request)
  local free, count = math.max(0, (record.serials[need.name] or 0) - now), 0
  for _, lease in pairs(record.leases) do
    local gap = lease.serials and lease.serials[need.name]
    if gap then free = math.max(free, arrivedAt(lease, now) + gap - now, 25) end
  end
  for _, ticket in ipairs(ahead(request, turnsOf(need))) do
    for _, name in ipairs(ticket.serials or {}) do
      if name == need.name then count = count + 1 end
    end
  end
  if count == 0 then return free end
  return math.min(free + count * math.max(need.gapMs, 25), math.max(free, 2000))
end

local function hasRoom(rank)
  local count, lastName, last = 0, nil, nil
  for name, ticket in pairs(record.tickets) do
    count = count + 1
    if not last or ticket.rank > last.rank or (ticket.rank == last.rank and ticket.place > last.place) then
      lastName, last = name, ticket
    end
  end
  if count < 256 then return true end
  if last.rank <= rank then return false end
  record.tickets[lastName] = nil
  return true
end

local function remember(request, wants, wait)
  local known = record.tickets[request.ticket]
  if not known and (not wants or not hasRoom(request.rank)) then return end
  if not wants and wait > 60000 then
    record.tickets[request.ticket] = nil
    return
  end
  local place = known and known.place or record.nextPlace
  if not known then record.nextPlace = place + 1 end
  wants = wants or {}
  record.tickets[request.ticket] =
    {rank = request.rank, place = place, endsAt = now + wait + 2000, room = wants.room, serials = wants.serials}
end

-- Time

local function freeSerials(lease, from)
  for name, gap in pairs(lease.serials or {}) do
    if from + gap > (record.serials[name] or 0) then record.serials[name] = from + gap end
  end
end

local function endLeases()
  local ended = {}
  for id, lease in pairs(record.leases) do
    if lease.endsAt <= now then ended[#ended + 1] = {id, lease} end
  end
  table.sort(ended, function(a, b) return a[2].endsAt < b[2].endsAt end)
  for _, entry in ipairs(ended) do
    local lease = entry[2]
    record.leases[entry[1]] = nil
    for resource in pairs(lease.budgets or {}) do refreshBudget(resource, lease.endsAt) end
    countReserved(entry[1], lease, lease.endsAt, false)
    freeSerials(lease, lease.endsAt)
  end
end

local function moveBack(by)
  if record.keptUntil then record.keptUntil = record.keptUntil - by end
  if record.recovery then record.recovery.since = record.recovery.since - by end
  if record.pause then record.pause.endsAt = record.pause.endsAt - by end
  for _, budget in pairs(record.budgets) do
    if budget.resetAt then budget.resetAt = budget.resetAt - by end
    if budget.learntAt then budget.learntAt = budget.learntAt - by end
    for _, entry in pairs(budget.unseen or {}) do entry[2] = entry[2] - by end
    budget.endsAt = budget.endsAt - by
  end
  for _, lease in pairs(record.leases) do
    lease.since = lease.since - by
    lease.endsAt = lease.endsAt - by
    for name, use in pairs(lease.uses or {}) do
      local window = record.windows[name]
      if window then use[1] = slotBefore(use[1], window.ms, by) end
    end
  end
  for _, window in pairs(record.windows) do
    local slots = {}
    for index = 1, #window.slots, 2 do
      addToSlots(slots, slotBefore(window.slots[index], window.ms, by), window.slots[index + 1])
    end
    window.slots = slots
    if window.scale then window.scale[2] = window.scale[2] - by end
  end
  for name, freeAt in pairs(record.serials) do record.serials[name] = freeAt - by end
  for _, ticket in pairs(record.tickets) do ticket.endsAt = ticket.endsAt - by end
end

local function passTime()
  if now < record.at then moveBack(record.at - now) end
  record.at = now
  endLeases()
  for resource in pairs(record.budgets) do refreshBudget(resource, now) end
  for name, window in pairs(record.windows) do
    if not refreshWindow(window) then record.windows[name] = nil end
  end
  for name, freeAt in pairs(record.serials) do
    if freeAt <= now then record.serials[name] = nil end
  end
  for name, ticket in pairs(record.tickets) do
    if ticket.endsAt <= now then record.tickets[name] = nil end
  end
  if not next(record.tickets) then record.nextPlace = 0 end
  if not next(record.windows) and not next(record.serials) and not next(record.leases) then record.turns = {} end
  if record.pause and record.pause.endsAt + hour <= now then record.pause = nil end
end

local function recordEndsAt()
  local latest = record.pause and record.pause.endsAt + hour or 0
  local function reach(at) if at > latest then latest = at end end
  for _, budget in pairs(record.budgets) do reach(budget.endsAt) end
  for _, window in pairs(record.windows) do
    local slots = window.slots
    if #slots > 0 then reach(leavesAt(slots[#slots - 1], window.ms)) end
    if window.scale then reach(window.scale[2] + math.ceil((1000 - window.scale[1]) / 50) * 600000) end
  end
  for _, freeAt in pairs(record.serials) do reach(freeAt) end
  for _, ticket in pairs(record.tickets) do reach(ticket.endsAt) end
  for _, lease in pairs(record.leases) do
    reach(lease.endsAt)
    for _, gap in pairs(lease.serials or {}) do reach(lease.endsAt + gap) end
  end
  return latest
end
`;
