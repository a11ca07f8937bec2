-- A session's sign of life. ARGV: 9 gateway, 10 session, 11 since when it holds the device, as connect.lua said.
-- A Redis that lost its last second names the holder before: the later one takes the device back.
-- Answers: 1 if the session holds the device, the token of its incompleteness ('' when complete), id of the newest
-- entry (or '').
local device, refused = admit()
if not device then
  return refused
end
local since = tonumber(ARGV[11])
local holder = device.gateway == '-' or (device.gateway == ARGV[9] and device.session == ARGV[10])
  or since > device.since
if holder then
  device.beat, device.gateway, device.session = now, ARGV[9], ARGV[10]
  device.since = math.max(since, device.since)
end
save(device)
local newest = redis.call('XREVRANGE', KEYS[1] .. ':' .. name, '+', '-', 'COUNT', 1)
return { holder and 1 or 0, told(device), newest[1] and newest[1][1] or '' }
