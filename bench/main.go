// Command bench measures two commits of the project against each other: the same benchmarks of both, in pairs that are
// interleaved, so that a machine whose speed drifts drifts for both. It prints how many times as long the second commit takes, with the
// bounds within which that is with 95 % confidence.
//
//	bench/run [-pairs 20] [-limit 1.03] [-only edge] A B
//
// With ARTISAN_TEST_DATABASE_URL checkouts are measured on PostgreSQL too. The machine should do nothing else meanwhile.
package main

import (
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

// measure is some benchmarks of a package, for how long they run each time, and how often: the fastest counts, for whatever
// else the machine does only adds time.
type measure struct{ pkg, bench, long, times string }

var measures = []measure{
	{"edge", "^BenchmarkWarm(Page|List)$", "300ms", "5"},
	{"e2e", "^BenchmarkCheckout$/^sqlite$/^32_clients$/^spread$/^checkout,_one_process$", "1500x", "1"},
}

// onPostgres is measured where there is a server.
var onPostgres = measure{"e2e", "^BenchmarkCheckout$/^postgres$/^32_clients$/^spread$/^checkout,_one_process$", "1500x", "1"}

func main() {
	pairs := flag.Int("pairs", 20, "how often each benchmark of each commit is run")
	limit := flag.Float64("limit", 0, "fail when a benchmark may take longer than so many times as long, e.g. 1.03")
	only := flag.String("only", "", "measure the benchmarks of one package only, edge or e2e")
	flag.Parse()
	if flag.NArg() != 2 || *pairs < 3 {
		fmt.Fprintln(os.Stderr, "usage: bench/run [-pairs 20] [-limit 1.03] A B; A and B are commits, A the one before")
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
	if os.Getenv("ARTISAN_TEST_DATABASE_URL") != "" {
		measures = append(measures, onPostgres)
	}
	measures = slices.DeleteFunc(measures, func(m measure) bool { return only != "" && m.pkg != only })
	if len(measures) == 0 {
		return fmt.Errorf("nothing of %q is measured", only)
	}
	dir, err := os.MkdirTemp("", "artisan-bench-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var versions [2]version
	for i, commit := range []string{before, after} {
		versions[i] = version{commit, filepath.Join(dir, []string{"before", "after"}[i])}
		if err := versions[i].build(ctx); err != nil {
			return err
		}
		defer versions[i].remove()
	}
	compared := map[string]*series{}
	for n := range pairs {
		fmt.Fprintf(os.Stderr, "\rpair %d of %d ", n+1, pairs)
		for _, m := range measures {
			if err := onePair(ctx, versions, m, n, compared); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(os.Stderr)
	return report(compared, limit)
}

// onePair runs a measure of both versions, of every other pair the second one first.
func onePair(ctx context.Context, versions [2]version, m measure, n int, compared map[string]*series) error {
	var got [2]map[string]float64
	for _, i := range []int{n % 2, 1 - n%2} {
		var err error
		if got[i], err = versions[i].measure(ctx, m); err != nil {
			return err
		}
	}
	for name, was := range got[0] {
		is, both := got[1][name]
		if !both {
			return fmt.Errorf("only the first commit has %s", name)
		}
		if compared[name] == nil {
			compared[name] = &series{}
		}
		compared[name].add(is / was)
	}
	return nil
}

// report prints a line a benchmark, and fails when one may be slower than the limit. Baselines have no limit: they tell how noisy
// the machine is.
func report(compared map[string]*series, limit float64) error {
	var names, slow []string
	for name := range compared {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Printf("%-62s %5s %8s   %s\n", "time of the second commit, the first one's being 1", "pairs", "mean", "95 % within")
	for _, name := range names {
		mean, low, high := compared[name].bounds()
		fmt.Printf("%-62s %5d %8.3f   %.3f to %.3f\n", name, len(compared[name].logs), mean, low, high)
		if limit > 0 && high > limit && !strings.HasSuffix(name, "/bare") {
			slow = append(slow, name)
		}
	}
	if len(slow) > 0 {
		return fmt.Errorf("above the limit of %.3f: %s", limit, strings.Join(slow, ", "))
	}
	return nil
}

// version is a commit that is checked out and whose tests are built.
type version struct{ commit, dir string }

func (v version) build(ctx context.Context) error {
	if err := command(ctx, "", "git", "worktree", "add", "--quiet", "--detach", v.dir, v.commit); err != nil {
		return err
	}
	for _, m := range measures {
		if err := command(ctx, v.dir, "go", "test", "-c", "-o", v.binary(m), "./"+m.pkg); err != nil {
			return err
		}
	}
	return nil
}

func (v version) binary(m measure) string { return filepath.Join(v.dir, m.pkg, "bench.test") }

// remove also comes after an interrupt, so it has a context of its own.
func (v version) remove() {
	_ = command(context.Background(), "", "git", "worktree", "remove", "--force", v.dir)
}

// measure runs benchmarks once, and answers the time of each.
func (v version) measure(ctx context.Context, m measure) (map[string]float64, error) {
	cmd := exec.CommandContext(ctx, v.binary(m), "-test.run", "NONE", "-test.bench", m.bench, "-test.benchtime", m.long, "-test.count", m.times) //nolint:gosec // built above
	cmd.Dir = filepath.Join(v.dir, m.pkg)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w\n%s", m.bench, v.commit, err, out)
	}
	times := readTimes(string(out))
	if len(times) == 0 {
		return nil, fmt.Errorf("%s of %s measured nothing:\n%s", m.bench, v.commit, out)
	}
	return times, nil
}

func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // git and go
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err), errors.New(string(out)))
	}
	return nil
}
