-- login_counter: failures of a person or a source address
CREATE TABLE login_counter (
    counter_key  VARCHAR(200) NOT NULL PRIMARY KEY,
    failures     INT NOT NULL CHECK (failures >= 0),
    first_at     DATETIME(6) NOT NULL,
    locked_until DATETIME(6) NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
