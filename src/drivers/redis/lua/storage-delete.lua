-- Removes the text under a key, if there is one.
-- KEYS[1] `{namespace}:t`, the shelf
-- ARGV: time, key
-- Reply: `gone`
takeOff({ ARGV[2] })
return 'gone'
