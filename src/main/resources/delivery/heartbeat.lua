-- A session's sign of life. ARGV: 5 device limit, 6 device, 7 gateway, 8 session.
-- Answers: 1 if the session holds the device, 1 if complete, id of the newest entry (or '').
local device, refused = admit(ARGV[6], tonumber(ARGV[5]))
if not device then
  return refused
end
local holder = device.gateway == '-' or (device.gateway == ARGV[7] and device.session == ARGV[8])
if holder then
  device.beat, device.gateway, device.session = now, ARGV[7], ARGV[8]
end
save(ARGV[6], device)
local newest = redis.call('XREVRANGE', KEYS[1] .. ':' .. ARGV[6], '+', '-', 'COUNT', 1)
return { holder and 1 or 0, device.token == '-' and 1 or 0, newest[1] and newest[1][1] or '' }
