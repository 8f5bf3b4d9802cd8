package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
)

// auditCmd looks after the security log.
type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check that no line of the security log was removed or changed."`
}

// auditVerifyCmd checks the log's chains, in the databases and in files of its stream.
type auditVerifyCmd struct {
	Streams []string `arg:"" optional:"" name:"stream" help:"Files of the stream, the oldest first." type:"existingfile"`
	settings
}

// verifyTimeout bounds the check of one service.
const verifyTimeout = time.Hour

var errNotWhole = errors.New(
	"the security log is not as it was written: keep the databases and the files as they are, and find out who could write to them")

// verifier checks the logs of all services.
type verifier struct {
	std   streams
	logs  map[string]auditv1connect.AuditServiceClient
	sent  map[string]int64
	check audit.Checked
	lines int64
	wrong int
	// wrongOf are the services of whose stream something was said: one finding each is enough.
	wrongOf map[string]bool
	// marks are what files say of a service and is not compared with its database yet.
	marks map[string][]*auditv1.Mark
}

// Run checks, and says of each service which line is the first that is wrong.
func (c *auditVerifyCmd) Run(ctx context.Context, std streams) error {
	return c.withShop(ctx, "artisan audit verify", std.err, func(s shop) error {
		ctx, cancel := context.WithTimeout(ctx, verifyTimeout)
		defer cancel()
		v := &verifier{
			std: std, logs: map[string]auditv1connect.AuditServiceClient{},
			sent: map[string]int64{}, wrongOf: map[string]bool{}, marks: map[string][]*auditv1.Mark{},
		}
		for _, name := range storedNames() {
			v.logs[name] = auditv1connect.NewAuditServiceClient(s(name))
			if err := v.database(ctx, name); err != nil {
				return fmt.Errorf("verify the log of %s: %w", name, err)
			}
		}
		if err := v.streams(ctx, c.Streams); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(std.out, "verified: %d services, %d lines, %d lines of streams, %d wrong\n",
			len(v.logs), v.lines, v.check.Lines, v.wrong)
		if v.wrong > 0 {
			return errNotWhole
		}
		return nil
	})
}

func (v *verifier) say(service string, wrong *auditv1.Wrong) {
	v.wrong++
	_, _ = fmt.Fprintf(v.std.out, "%s: line %d: %s\n", service, wrong.GetSeq(), wrong.GetWhat())
}

// database checks the chain that a service has.
func (v *verifier) database(ctx context.Context, service string) error {
	answer, err := v.logs[service].Verify(ctx, &auditv1.VerifyRequest{})
	if err != nil {
		return err
	}
	v.sent[service] = answer.GetSent()
	if answer.GetWrong() != nil {
		v.say(service, answer.GetWrong())
		return nil
	}
	n := answer.GetLast() - answer.GetFirst() + 1
	v.lines += n
	_, _ = fmt.Fprintf(v.std.out, "%s: %d lines, whole, head %s\n", service, n, answer.GetHash())
	return nil
}

// streams checks files, each after the one before, and that nothing is cut off behind the last.
func (v *verifier) streams(ctx context.Context, paths []string) error {
	for _, path := range paths {
		file, err := os.Open(path) //nolint:gosec // the operator names the file
		if err != nil {
			return fmt.Errorf("the stream cannot be read: %w", err)
		}
		err = errors.Join(v.stream(ctx, path, file), file.Close())
		if err != nil {
			return err
		}
	}
	if len(paths) == 0 {
		return nil
	}
	for service := range v.logs {
		if err := v.compare(ctx, service); err != nil {
			return err
		}
	}
	for _, service := range storedNames() {
		last := v.check.Last[service].Seq
		if last < v.sent[service] && !v.wrongOf[service] {
			v.say(service, &auditv1.Wrong{Seq: last + 1, What: "it left with the stream, with all up to " +
				strconv.FormatInt(v.sent[service], 10) + ", and is not in these files"})
		}
	}
	return nil
}

func (v *verifier) stream(ctx context.Context, path string, file io.Reader) error {
	reader := bufio.NewReader(file)
	for number := 1; ; number++ {
		text, end := reader.ReadBytes('\n')
		if end != nil && !errors.Is(end, io.EOF) {
			return fmt.Errorf("read %s: %w", path, end)
		}
		if line := bytes.TrimSpace(text); len(line) > 0 {
			if err := v.line(ctx, fmt.Sprintf("%s:%d", path, number), line); err != nil {
				return err
			}
		}
		if errors.Is(end, io.EOF) {
			return nil
		}
	}
}

func (v *verifier) line(ctx context.Context, where string, text []byte) error {
	service, mark, wrong, err := v.check.Line(text)
	if errors.Is(err, audit.ErrTorn) {
		_, _ = fmt.Fprintf(v.std.err, "%s: %v; passed over\n", where, err)
		return nil
	}
	if v.logs[service] == nil || v.wrongOf[service] {
		return nil
	}
	if wrong != nil {
		v.wrongOf[service] = true
		v.say(service, &auditv1.Wrong{Seq: wrong.Seq, What: wrong.What + " (" + where + ")"})
		return nil
	}
	if v.marks[service] = append(v.marks[service],
		&auditv1.Mark{Seq: mark.Seq, Hash: mark.Hash, At: mark.At}); len(v.marks[service]) == audit.MaxMarks {
		return v.compare(ctx, service)
	}
	return nil
}

// compare asks a service whether it has what the files say.
func (v *verifier) compare(ctx context.Context, service string) error {
	marks := v.marks[service]
	v.marks[service] = nil
	if len(marks) == 0 || v.wrongOf[service] {
		return nil
	}
	slices.SortFunc(marks, func(a, b *auditv1.Mark) int { return int(a.GetSeq() - b.GetSeq()) })
	answer, err := v.logs[service].Compare(ctx, &auditv1.CompareRequest{Marks: marks})
	if err != nil {
		return fmt.Errorf("compare the stream with the log of %s: %w", service, err)
	}
	if answer.GetWrong() != nil {
		v.wrongOf[service] = true
		v.say(service, answer.GetWrong())
	}
	return nil
}

// commandActor is who runs a command: the user of the machine.
func commandActor() audit.Actor {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return audit.Actor{Kind: audit.Command, ID: name}
}

// auditOut is where the lines of the security log leave to; nil where they stay in the databases.
func (s *settings) auditOut(stderr io.Writer) io.Writer {
	switch s.AuditLog {
	case "":
		if s.LogFormat == "json" {
			return stderr
		}
		return nil
	case "none":
		return nil
	case "stderr":
		return stderr
	case "-":
		return os.Stdout
	}
	return &audit.File{Path: s.AuditLog}
}
