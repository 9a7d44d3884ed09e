-- :running
SELECT coalesce(sum(n), 0) AS n FROM riptide_count
WHERE (name >= 'is-processing ' AND name < 'is-processing riptide.') OR (name >= 'is-processing riptide/' AND name < 'is-processing!');

-- :ready
SELECT substr(name, 12) AS type FROM riptide_count WHERE name >= 'is-pending ' AND name < 'is-pending!' AND n > 0;
