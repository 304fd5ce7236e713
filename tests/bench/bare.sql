-- bare.sql - the tables of the anchors that ask the database (bare.c): enough rows for an index to matter
CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, number VARCHAR(64) NOT NULL, title VARCHAR(200) NOT NULL, unit INT NOT NULL, state VARCHAR(32) NOT NULL,
  holder VARCHAR(64) NOT NULL, due_on DATE NOT NULL, version INT NOT NULL DEFAULT 0, summary VARCHAR(800) NOT NULL, KEY (unit, due_on, id)) ENGINE=InnoDB;
CREATE TABLE session (digest CHAR(64) NOT NULL PRIMARY KEY, person VARCHAR(64) NOT NULL, roles VARCHAR(200) NOT NULL) ENGINE=InnoDB;
CREATE TABLE audit (seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, person VARCHAR(64) NOT NULL, what VARCHAR(64) NOT NULL, detail VARCHAR(1100) NOT NULL,
  item BIGINT NOT NULL) ENGINE=InnoDB;
CREATE TABLE outbox (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, peer VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, envelope VARCHAR(1100) NOT NULL,
  item BIGINT NOT NULL, KEY (state, id)) ENGINE=InnoDB;
INSERT INTO item (id, number, title, unit, state, holder, due_on, summary)
  SELECT seq, CONCAT('GZ-2025-', seq), CONCAT('计量用项目之', seq), seq % 100, 'running', 'tech', '2025-01-01' + INTERVAL seq % 700 DAY, REPEAT('x', 760) FROM seq_1_to_10000;
