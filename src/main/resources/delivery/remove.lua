-- Forgets a device and its stream. KEYS[1] inbox:{user}. ARGV: 1 device.
-- Answers the gateway and session that held it ('-' for none).
local packed = redis.call('HGET', KEYS[1], 'd:' .. ARGV[1])
redis.call('DEL', KEYS[1] .. ':' .. ARGV[1])
if not packed then
  return { '-', '-' }
end
redis.call('HDEL', KEYS[1], 'd:' .. ARGV[1])
if redis.call('HLEN', KEYS[1]) == 1 then
  redis.call('DEL', KEYS[1])
end
local gateway, session = string.match(packed, '(%S+) (%S+)$')
return { gateway, session }
