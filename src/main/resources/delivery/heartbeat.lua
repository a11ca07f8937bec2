-- A session's sign of life. ARGV: 8 gateway, 9 session.
-- Answers: 1 if the session holds the device, the token of its incompleteness ('' when complete), id of the newest
-- entry (or '').
local device, refused = admit()
if not device then
  return refused
end
local holder = device.gateway == '-' or (device.gateway == ARGV[8] and device.session == ARGV[9])
if holder then
  device.beat, device.gateway, device.session = now, ARGV[8], ARGV[9]
end
save(device)
local newest = redis.call('XREVRANGE', KEYS[1] .. ':' .. name, '+', '-', 'COUNT', 1)
return { holder and 1 or 0, told(device), newest[1] and newest[1][1] or '' }
