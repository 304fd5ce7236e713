-- search_place: how far along the audit chain the texts of events and files have been put where they are found (fcgi/adr/0014)
CREATE TABLE search_place (
    one TINYINT NOT NULL PRIMARY KEY CHECK (one = 1),
    no  BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
INSERT INTO search_place (one, no) SELECT 1, COALESCE(MAX(no), 0) FROM audit_link;
-- handing: what one post has in hand
ALTER TABLE handing ADD KEY handing_post (organ, unit, id);
