-- Forgets a device and its stream, and remembers that it was removed for as long as an older token may be shown.
-- KEYS[1] inbox:{user}. ARGV: 1 device, 2 when it was removed (Unix ms), 3 how long that is remembered (ms),
-- 4 '1' if the device is known to somebody else, 5 how many removals are remembered one by one.
-- Answers 1 if it was there, and the gateway and session that held it ('-' for none).
local packed = redis.call('HGET', KEYS[1], 'd:' .. ARGV[1])
redis.call('DEL', KEYS[1] .. ':' .. ARGV[1])
if not packed and ARGV[4] ~= '1' then
  return { 0, '-', '-' }
end
redis.call('HDEL', KEYS[1], 'd:' .. ARGV[1])
local at, keep_for = tonumber(ARGV[2]), tonumber(ARGV[3])
local field, devices, removals = 'r:' .. ARGV[1], 0, 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local kind = string.sub(all[i], 1, 2)
  if kind == 'd:' then
    devices = devices + 1
  elseif kind == 'r:' and all[i] ~= field then
    if tonumber(string.match(all[i + 1], '%d+$')) < at then
      redis.call('HDEL', KEYS[1], all[i])
    else
      removals = removals + 1
    end
  end
end
if removals >= tonumber(ARGV[5]) then
  -- one for all devices: who removes so many has their tokens made anew
  field = 'r:*'
end
local before = redis.call('HGET', KEYS[1], field)
if not before or tonumber(string.match(before, '^%d+')) < at then
  -- %.0f: all digits, where Lua would write 1.7e+12
  redis.call('HSET', KEYS[1], field, ARGV[2] .. ' ' .. string.format('%.0f', at + keep_for))
end
if devices == 0 then
  redis.call('PEXPIRE', KEYS[1], keep_for)
end
if not packed then
  return { 0, '-', '-' }
end
local gateway, session = string.match(packed, '^%d+ %d+ %S+ %d+ (%S+) (%S+)')
return { 1, gateway, session }
