-- A session lets go of a device, if it still holds it. KEYS[1] inbox:{user}. ARGV: 1 device, 2 gateway, 3 session.
local packed = redis.call('HGET', KEYS[1], 'd:' .. ARGV[1])
if not packed then
  return 0
end
local seen, mark, token, beat, gateway, session, since =
  string.match(packed, '^(%d+) (%d+) (%S+) (%d+) (%S+) (%S+) ?(%d*)$')
if gateway ~= ARGV[2] or session ~= ARGV[3] then
  return 0
end
redis.call('HSET', KEYS[1], 'd:' .. ARGV[1], seen .. ' ' .. mark .. ' ' .. token .. ' 0 - - ' .. since)
return 1
