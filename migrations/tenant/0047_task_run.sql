-- task: one for each open run of a procedure where several wait for the organ; run: its number or period, '' where only one does; run_words: what it is known by
ALTER TABLE task
    ADD run VARCHAR(16) NOT NULL DEFAULT '',
    ADD run_words VARCHAR(200) NOT NULL DEFAULT '',
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (project, organ, unit, act, run);
