-- project: the place its unit belongs to (tenant.json), by which posts of one place see their own; guizhang migrate fills it
ALTER TABLE project
    ADD COLUMN place VARCHAR(64) NOT NULL DEFAULT '' AFTER unit_kind,
    ADD KEY project_place (place, id),
    ADD KEY project_place_due (place, state, next_due);
ALTER TABLE project_tally ADD COLUMN place VARCHAR(64) NOT NULL DEFAULT '' AFTER unit_code, ADD KEY project_tally_place (place);
