-- the projects of the last months, newest first, for a trial of a draft
ALTER TABLE project ADD KEY project_submitted (submitted_on, id);
