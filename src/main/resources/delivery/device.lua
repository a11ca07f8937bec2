-- In front of every script that takes a device in or marks it; the layout is told in the package's documentation.
-- KEYS[1] inbox:{user}. ARGV: 1 generation, 2 incompleteBelow, 3 now (Unix ms), 4 a token that was never used before.
local FORM = '^(%d+) (%d+) (%S+) (%d+) (%S+) (%S+)$'
local generation, incomplete_below, now, fresh = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

local function pack_device(seen, mark, token, beat, gateway, session)
  return seen .. ' ' .. mark .. ' ' .. token .. ' ' .. beat .. ' ' .. gateway .. ' ' .. session
end

local function stale(known)
  return redis.error_reply('STALE ' .. known)
end

-- The device, taken in (incomplete) if it is not there; or nil and the error to answer.
local function admit(name, limit)
  local known = redis.call('HGET', KEYS[1], 'g')
  if known and tonumber(known) > tonumber(generation) then
    return nil, stale(known)
  end
  local packed = redis.call('HGET', KEYS[1], 'd:' .. name)
  if not packed and redis.call('HLEN', KEYS[1]) - (known and 1 or 0) >= limit then
    return nil, redis.error_reply('LIMIT of devices reached')
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

local function save(name, device)
  redis.call('HSET', KEYS[1], 'd:' .. name,
    pack_device(device.seen, device.mark, device.token, device.beat, device.gateway, device.session))
end
