-- In front of every script that takes a device in or marks it; the layout is told in the package's documentation.
-- KEYS[1] inbox:{user}. ARGV: 1 generation, 2 incompleteBelow, 3 now (Unix ms), 4 a token that was never used before,
-- 5 device limit, 6 device, 7 when the caller's access token was issued (Unix ms).
local FORM = '^(%d+) (%d+) (%S+) (%d+) (%S+) (%S+)$'
local generation, incomplete_below, now, fresh = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local name, issued = ARGV[6], tonumber(ARGV[7])

local function pack_device(seen, mark, token, beat, gateway, session)
  return seen .. ' ' .. mark .. ' ' .. token .. ' ' .. beat .. ' ' .. gateway .. ' ' .. session
end

-- Whether the token is no newer than a removal.
local function removed(tombstone)
  return tombstone and issued <= tonumber(string.match(tombstone, '^%d+'))
end

-- Room for one more device. Only for new ones, so it may look at every field.
local function room(limit)
  local devices = 0
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(field, 1, 2) == 'd:' then
      devices = devices + 1
    end
  end
  return devices < limit
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
  local device = { mark = generation, token = fresh, beat = '0', gateway = '-', session = '-' }
  if packed then
    local seen, mark, token, beat, gateway, session = string.match(packed, FORM)
    device.beat, device.gateway, device.session = beat, gateway, session
    if tonumber(mark) >= incomplete_below then
      device.mark, device.token = mark, token
    end
  end
  device.seen = now
  return device
end

local function save(device)
  redis.call('HSET', KEYS[1], 'd:' .. name,
    pack_device(device.seen, device.mark, device.token, device.beat, device.gateway, device.session))
end

-- The token of its incompleteness, '' when complete.
local function told(device)
  return device.token == '-' and '' or device.token
end
