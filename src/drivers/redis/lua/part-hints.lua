-- What a step has to tell others. Collected as the step goes on, sent at its end; a message that is lost costs a look.
local ended, endedCount = {}, 0
local taken = {}
local gained = {}
-- Moves are told until `moves`, a time in ms that whoever listens puts off: nobody else pays for them.
local moved, movedCount = {}, 0

-- Puts a job into its group: `+<status letter> <type>`, then names.
local function joinGroup(groups, name, status, type)
  local group = '+' .. status .. ' ' .. type
  local names = groups[group]
  if not names then
    names = { group }
    groups[group] = names
  end
  names[#names + 1] = name
end

-- A job reached a final state.
local function tellEnded(name, status, type)
  joinGroup(ended, name, status, type)
  endedCount = endedCount + 1
end

local function tellsMoves()
  return number('moves') > now
end

-- A job is in this state from now on, which is not a final one.
local function tellMoved(name, status, type)
  joinGroup(moved, name, status, type)
  movedCount = movedCount + 1
end

-- Many reached a final state, and are a group already.
local function tellAllEnded(names)
  ended[names] = names
  endedCount = endedCount + #names - 1
end

-- A run was taken away from the instance that has it.
local function tellTaken(record, reason)
  local instance = match(record.worker, '^(.*)/')
  if not taken[instance] then
    taken[instance] = { 'i' }
  end
  local words = taken[instance]
  local n = #words
  words[n + 1] = reason
  words[n + 2] = record.name
  words[n + 3] = record.fence
end

-- Something of this type is ready, or will be the next to become so: someone who waits shall look.
local function gain(type, n)
  gained[type] = (gained[type] or 0) + (n or 1)
end

-- Wakes as many of the waiting instances as there is work for. One that nobody hears any more is passed over; in a
-- cluster the count of hearers is that of one node and says nothing.
local function wake(isCluster)
  if next(gained) == nil then
    return
  end
  local waiting = call('HRANDFIELD', prefix .. 'w', 64, 'WITHVALUES')
  for i = 1, #waiting, 2 do
    for type, n in pairs(gained) do
      if n > 0 and (type == '*' or find(waiting[i + 1], ' ' .. type .. ' ', 1, true)) then
        call('HDEL', prefix .. 'w', waiting[i])
        local heard = call('PUBLISH', prefix .. 'to:' .. waiting[i], 'w')
        if isCluster or heard > 0 then
          gained[type] = n - 1
        end
        break
      end
    end
  end
end

-- Behind the position of its last job a message has groups: `+<status letter> <type>`, then the names.
local function sendGroups(channel, counter, groups, count)
  local position = number(counter) + count
  replace(counter, position)
  local words = { digits(position) }
  for _, names in pairs(groups) do
    words[#words + 1] = concat(names, ' ')
  end
  call('PUBLISH', prefix .. channel, concat(words, ' '))
end

local function sendHints(isCluster)
  for instance, words in pairs(taken) do
    call('PUBLISH', prefix .. 'to:' .. instance, concat(words, ' '))
  end
  if movedCount > 0 then
    sendGroups('mv', 'moved', moved, movedCount)
  end
  if endedCount > 0 then
    sendGroups('ev', 'ended', ended, endedCount)
  end
  wake(isCluster)
end
