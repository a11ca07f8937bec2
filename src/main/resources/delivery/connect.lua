-- A session takes a device over. ARGV: 9 gateway, 10 session, 11 when it said hello (Unix ms), 12 '1' if that is some time ago.
-- Who has just said it is the newest there is, whatever the clocks say. Who asks late may have been passed by another: then the
-- older hello yields.
-- Answers: the token of its incompleteness ('' when complete), the gateway and session that held it ('-' for none), and since
-- when it is held now ('' if another holds it whose hello was later, and nothing was changed).
local device, refused = admit()
if not device then
  return refused
end
local gateway, session, hello = device.gateway, device.session, tonumber(ARGV[11])
if gateway == ARGV[9] and session == ARGV[10] then
  gateway, session = '-', '-'
elseif gateway ~= '-' and ARGV[12] == '1' and hello < device.since then
  return { told(device), gateway, session, '' }
else
  device.since = math.max(hello, device.since + 1)
end
device.beat, device.gateway, device.session = now, ARGV[9], ARGV[10]
save(device)
return { told(device), gateway, session, string.format('%.0f', device.since) }
