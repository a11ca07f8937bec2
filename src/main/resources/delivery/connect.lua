-- A session takes a device over. ARGV: 5 device limit, 6 device, 7 gateway, 8 session.
-- Answers: 1 if complete, and the gateway and session that held the device ('-' for none).
local device, refused = admit(ARGV[6], tonumber(ARGV[5]))
if not device then
  return refused
end
local gateway, session = device.gateway, device.session
if gateway == ARGV[7] and session == ARGV[8] then
  gateway, session = '-', '-'
end
device.beat, device.gateway, device.session = now, ARGV[7], ARGV[8]
save(ARGV[6], device)
return { device.token == '-' and 1 or 0, gateway, session }
