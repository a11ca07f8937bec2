-- When a sync that began under a token has arrived. ARGV: 9 token ('' when it was complete).
-- Answers 1 if the device is complete now. One that is not there is not taken in: whether it was removed is looked up when a
-- sync begins, so it has to begin again.
if redis.call('HEXISTS', KEYS[1], 'd:' .. name) == 0 then
  return 0
end
local device, refused = admit()
if not device then
  return refused
end
if device.token == ARGV[9] then
  device.token, device.mark = '-', generation
end
save(device)
return device.token == '-' and 1 or 0
