-- Before the first page of a sync. ARGV: 5 device limit, 6 device.
-- Answers the token of its incompleteness, '' when complete.
local device, refused = admit(ARGV[6], tonumber(ARGV[5]))
if not device then
  return refused
end
save(ARGV[6], device)
return device.token == '-' and '' or device.token
