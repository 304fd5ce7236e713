-- search_gram: which projects have a pair of characters in their names, numbers, units, files or opinions (fcgi/adr/0014); guizhang reindex fills it for older rows
CREATE TABLE search_gram (
    gram    INT UNSIGNED NOT NULL,
    project BIGINT NOT NULL,
    PRIMARY KEY (gram, project)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
