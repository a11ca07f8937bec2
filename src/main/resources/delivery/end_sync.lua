-- After the last page of a sync that began under a token. ARGV: 8 token ('' when it was complete).
-- Answers 1 if the device is complete now; a device that was not there has just been taken in and is not.
local device, refused = admit()
if not device then
  return refused
end
if device.token == ARGV[8] then
  device.token, device.mark = '-', generation
end
save(device)
return device.token == '-' and 1 or 0
