-- A session takes a device over. ARGV: 8 gateway, 9 session.
-- Answers: the token of its incompleteness ('' when complete), and the gateway and session that held it ('-' for none).
local device, refused = admit()
if not device then
  return refused
end
local gateway, session = device.gateway, device.session
if gateway == ARGV[8] and session == ARGV[9] then
  gateway, session = '-', '-'
end
device.beat, device.gateway, device.session = now, ARGV[8], ARGV[9]
save(device)
return { told(device), gateway, session }
