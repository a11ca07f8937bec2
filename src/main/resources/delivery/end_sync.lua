-- After the last page of a sync that began under a token.
-- ARGV: 5 device limit, 6 device, 7 token ('' when it was complete).
-- Answers 1 if the device is complete now; a device that was not there has just been taken in and is not.
local device, refused = admit(ARGV[6], tonumber(ARGV[5]))
if not device then
  return refused
end
if device.token == ARGV[7] then
  device.token, device.mark = '-', generation
end
save(ARGV[6], device)
return device.token == '-' and 1 or 0
