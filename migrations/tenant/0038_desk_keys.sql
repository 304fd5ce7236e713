-- what a person has done and what he began, newest first, a page at a time
ALTER TABLE event ADD KEY event_person (person, entered_at, project, seq);
ALTER TABLE project ADD KEY project_created (created_by, id);
