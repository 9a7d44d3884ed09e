-- :wanted
SELECT DISTINCT w.what FROM json_each(?) e CROSS JOIN riptide_wanted w ON w.what = e.value;
