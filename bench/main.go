// Command bench measures two commits of the project against each other: both programs run side by side and
// take turns, in blocks of half a second, so that a machine whose speed drifts drifts for both. It prints how
// many times as long the second commit takes, with the bounds within which that is with 95 % confidence: for
// a warm page and the API's warm list, of the demo, and for checkouts.
//
//	bench/run [-pairs 60] [-limit 1.03] [-only checkout] A B
//
// With ARTISAN_TEST_DATABASE_URL checkouts are measured on PostgreSQL too. The machine should do nothing else
// meanwhile.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	pairs := flag.Int("pairs", 60, "how many pairs of blocks are run of each benchmark")
	limit := flag.Float64("limit", 0,
		"fail when a benchmark may take longer than so many times as long, e.g. 1.03")
	only := flag.String("only", "",
		"measure what has this in its name only: page, list, checkout, or sqlite/checkout")
	flag.Parse()
	if flag.NArg() != 2 || *pairs < 3 {
		fmt.Fprintln(os.Stderr,
			"usage: bench/run [-pairs 60] [-limit 1.03] [-only checkout] A B; A and B are commits, A the one before")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *pairs, *limit, *only, flag.Arg(0), flag.Arg(1))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, pairs int, limit float64, only, before, after string) error {
	dir, err := os.MkdirTemp("", "artisan-bench-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	env := os.Environ()
	for _, v := range []struct{ commit, variable string }{
		{before, "ARTISAN_BENCH_BEFORE"},
		{after, "ARTISAN_BENCH_AFTER"},
	} {
		program := filepath.Join(dir, v.variable)
		fmt.Fprintln(os.Stderr, "building", v.commit)
		if err := build(ctx, v.commit, filepath.Join(dir, "tree"), program); err != nil {
			return err
		}
		env = append(env, v.variable+"="+program)
	}
	compared, err := measure(ctx, env, only, pairs)
	if err != nil {
		return err
	}
	return report(compared, limit)
}

// build makes the program of a commit, in a work tree that is gone afterwards.
func build(ctx context.Context, commit, tree, program string) error {
	if err := command(ctx, "", "git", "worktree", "add", "--quiet", "--detach", tree, commit); err != nil {
		return err
	}
	// Also comes after an interrupt, so it has a context of its own.
	defer func() { _ = command(context.Background(), "", "git", "worktree", "remove", "--force", tree) }()
	return command(ctx, tree, "go", "build", "-o", program, "./cmd/artisan")
}

// measure runs the benchmark of both programs, and collects the ratios that it prints.
func measure(ctx context.Context, env []string, only string, pairs int) (map[string]*series, error) {
	bench := "^BenchmarkBeside$/" + pattern(only, os.Getenv("ARTISAN_TEST_DATABASE_URL") != "")
	cmd := exec.CommandContext(ctx, "go", "test", "./e2e", "-run", "NONE", "-bench", bench, "-benchtime", fmt.Sprint(pairs, "x"), "-timeout", "3h") //nolint:gosec // built above
	cmd.Env = env
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	compared := map[string]*series{}
	var said strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if name, ratio, ok := readRatio(lines.Text()); ok {
			if compared[name] == nil {
				compared[name] = &series{}
			}
			compared[name].add(ratio)
			fmt.Fprintf(os.Stderr, "\r%s: pair %d of %d    ", name, len(compared[name].logs)-1, pairs)
			continue
		}
		fmt.Fprintln(&said, lines.Text())
	}
	fmt.Fprintln(os.Stderr)
	if err := cmd.Wait(); err != nil {
		return nil, errors.Join(err, errors.New(said.String()))
	}
	if len(compared) == 0 {
		return nil, fmt.Errorf("nothing of %q is measured", only)
	}
	return compared, nil
}

// report prints a line a benchmark, and fails when one may be slower than the limit.
func report(compared map[string]*series, limit float64) error {
	var names, slow []string
	for name := range compared {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Printf("%-52s %5s %8s   %s\n", "time of the second commit, the first one's being 1", "pairs", "mean",
		"95 % within")
	for _, name := range names {
		mean, low, high := compared[name].bounds()
		fmt.Printf("%-52s %5d %8.3f   %.3f to %.3f\n", name, len(compared[name].logs), mean, low, high)
		if limit > 0 && high > limit {
			slow = append(slow, name)
		}
	}
	if len(slow) > 0 {
		return fmt.Errorf("above the limit of %.3f: %s", limit, strings.Join(slow, ", "))
	}
	return nil
}

// pattern names what of the benchmark is run: of one shop, of one kind, or all. Where there is no PostgreSQL
// that is what the demo and SQLite have.
func pattern(only string, postgres bool) string {
	shop, what, both := strings.Cut(only, "/")
	if !both && !slices.Contains([]string{"demo", "sqlite", "postgres"}, shop) {
		shop, what = "", shop
	}
	if shop == "" && !postgres {
		shop = "(demo|sqlite)"
	}
	if what == "" {
		return "^" + shop
	}
	return "^" + shop + "/^" + what + "$"
}

func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // git and go
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err),
			errors.New(string(out)))
	}
	return nil
}
