-- the last day shown in the lists says whether it was counted without a notice of the year's days off
ALTER TABLE project ADD COLUMN next_provisional TINYINT NOT NULL DEFAULT 0 AFTER next_due;
UPDATE project p SET p.next_provisional = 1
    WHERE EXISTS (SELECT 1 FROM duty d WHERE d.project = p.id AND d.state = 'open' AND d.provisional = 1 AND d.due_on = p.next_due);
