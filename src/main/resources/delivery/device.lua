-- In front of every script that takes a device in or marks it; the layout is told in the package's documentation.
-- KEYS[1] inbox:{user}. ARGV: 1 generation, 2 incompleteBelow, 3 now (Unix ms), 4 a token that was never used before,
-- 5 device limit, 6 device, 7 when the caller's access token was issued (Unix ms), 8 unseen ms.
local FORM = '^(%d+) (%d+) (%S+) (%d+) (%S+) (%S+) ?(%d*)$'
local generation, incomplete_below, now, fresh = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local name, issued = ARGV[6], tonumber(ARGV[7])

-- Whether the token is no newer than a removal.
local function removed(tombstone)
  return tombstone and issued <= tonumber(string.match(tombstone, '^%d+'))
end

-- Room for one more device; if need be in the place of those that were unseen for too long: nothing is kept for them any
-- more, and whichever comes back is incomplete, forgotten or not. Only for new ones, so it may look at every field.
local function room(limit)
  local unseen, devices, forgotten = tonumber(now) - tonumber(ARGV[8]), 0, {}
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'd:' then
      devices = devices + 1
      if tonumber(string.match(all[i + 1], '^%d+')) < unseen then
        forgotten[#forgotten + 1] = string.sub(all[i], 3)
      end
    end
  end
  if devices < limit then
    return true
  end
  if devices - #forgotten >= limit then
    return false
  end
  for _, device in ipairs(forgotten) do
    redis.call('HDEL', KEYS[1], 'd:' .. device)
    redis.call('DEL', KEYS[1] .. ':' .. device)
  end
  return true
end

-- The device, taken in (incomplete) if it is not there; or nil and the error to answer.
local function admit()
  local known, packed, own, all = unpack(redis.call('HMGET', KEYS[1], 'g', 'd:' .. name, 'r:' .. name, 'r:*'))
  if known and tonumber(known) > tonumber(generation) then
    return nil, redis.error_reply('STALE ' .. known)
  end
  if removed(own) or removed(all) then
    return nil, redis.error_reply('REMOVED after the token was issued')
  end
  if not packed then
    if not room(tonumber(ARGV[5])) then
      return nil, redis.error_reply('LIMIT of devices reached')
    end
    -- a hash of which only removals are left expires with them
    redis.call('PERSIST', KEYS[1])
  end
  if known ~= generation then
    redis.call('HSET', KEYS[1], 'g', generation)
  end
  local device = { mark = generation, token = fresh, beat = '0', gateway = '-', session = '-', since = 0 }
  if packed then
    local seen, mark, token, beat, gateway, session, since = string.match(packed, FORM)
    device.beat, device.gateway, device.session, device.since = beat, gateway, session, tonumber(since) or 0
    -- From here on a lapsed one gets entries again, and Redis may lose both them and this: then the next sign of life finds it
    -- lapsed once more, and no sync that began before may end.
    if seen ~= '0' and tonumber(mark) >= incomplete_below then
      device.mark, device.token = mark, token
    end
  end
  device.seen = now
  return device
end

local function save(device)
  -- %.0f: all digits, however many there are
  redis.call('HSET', KEYS[1], 'd:' .. name,
    device.seen .. ' ' .. device.mark .. ' ' .. device.token .. ' ' .. device.beat .. ' ' .. device.gateway .. ' '
      .. device.session .. ' ' .. string.format('%.0f', device.since))
end

-- The token of its incompleteness, '' when complete.
local function told(device)
  return device.token == '-' and '' or device.token
end
