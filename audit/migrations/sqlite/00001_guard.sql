-- What is written stays as it is. Only what lies before the anchor may go.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the security log is only appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN OLD.seq > (SELECT anchor_seq FROM audit_head) BEGIN
    SELECT RAISE(ABORT, 'the security log is only appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
WHEN NEW.seq < OLD.seq OR NEW.anchor_seq < OLD.anchor_seq OR NEW.anchor_seq > NEW.seq BEGIN
    SELECT RAISE(ABORT, 'the head of the security log only goes forward');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head BEGIN
    SELECT RAISE(ABORT, 'the security log is only appended to');
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER audit_head_stays;
DROP TRIGGER audit_head_forward;
DROP TRIGGER audit_no_delete;
DROP TRIGGER audit_no_update;
