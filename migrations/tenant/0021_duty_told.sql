-- duty: when and by what somebody was told its last day (fcgi/adr/0012); project: the calendar by which every one of its last days stands, '' when by several
ALTER TABLE duty ADD COLUMN told_on DATE NULL, ADD COLUMN told_by VARCHAR(300) NOT NULL DEFAULT '';
ALTER TABLE project ADD COLUMN days_calendar VARCHAR(64) NOT NULL DEFAULT '' AFTER calendar_version;
