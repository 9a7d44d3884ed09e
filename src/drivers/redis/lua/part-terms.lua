-- What few jobs have. Terms: `<c|-> <max> <r|-> <max> <per> <mode|-> <windowMs|-> <notices|-> <schedule|-> <rule><name> ...`,
-- kept in `t` beside the record, of a job with keys the first five words also in `g`, and in `m` the letter of the state it was
-- made in.
local function parseTerms(text)
  local limits, mode, window, notices, schedule, rest =
    match(text, '^(%S+ %d+ %S+ %d+ %d+) (%S+) (%S+) (%S+) (%S+)(.*)$')
  local dependencies = {}
  for rule, name in gmatch(rest, '(%l)(%S+)') do
    dependencies[#dependencies + 1] = { rule = rule, name = name }
  end
  return {
    text = text,
    limits = limits,
    mode = mode,
    window = tonumber(window),
    notices = notices,
    schedule = schedule,
    dependencies = dependencies,
  }
end

local noTerms = '- 0 - 0 0 - - - -'

local function termsOf(record)
  if not record.terms then
    record.terms = parseTerms(has(record, 't') and call('HGET', side(record), 't') or noTerms)
  end
  return record.terms
end

-- The flags of a job with these terms.
local function flagsOf(terms, dedupeKey)
  local flags = 't'
  if #terms.dependencies > 0 then
    flags = flags .. 'd'
  end
  if not find(terms.limits, '^%- %d+ %- ') then
    flags = flags .. 'k'
  end
  if terms.notices ~= '-' then
    flags = flags .. 'n'
  end
  if terms.mode == 'throttle' and dedupeKey ~= '-' then
    flags = flags .. 'h'
  end
  return flags
end

local function keepTerms(record, terms)
  record.terms, record.limits = terms, nil
  if has(record, 'k') then
    call('HSET', side(record), 't', terms.text, 'g', terms.limits)
  else
    call('HSET', side(record), 't', terms.text)
  end
end
