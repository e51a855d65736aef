package main

import (
	"os"
	"testing"

	"gokernel/install/jupytertest"
)

// BenchmarkKernel reports the figures of this kernel and of ipykernel, each as
// a metric of its own sub-benchmark. One iteration is one run of the client.
func BenchmarkKernel(b *testing.B) {
	env, err := jupytertest.New(b.Context(), b.TempDir(), os.Stderr)
	if err != nil {
		b.Fatal(err)
	}
	r := results{}
	if err := measure(b.Context(), env, 7, 1000, nil, r.add); err != nil {
		b.Fatal(err)
	}
	for kernel := range r {
		b.Run(kernel, func(b *testing.B) {
			for b.Loop() {
				// What there is to time has been timed by the client.
			}
			b.ReportMetric(0, "ns/op")
			for _, f := range figures {
				if m, ok := r.median(kernel, f.name); ok {
					b.ReportMetric(m, f.name)
				}
			}
			if n, ok := r.median(kernel, "paused_lines"); ok {
				b.ReportMetric(n, "paused_lines")
			}
		})
	}
}

// TestNothingIsLost measures as the benchmark does, in short, and fails if output
// was lost: that is no matter of the machine's speed.
func TestNothingIsLost(t *testing.T) {
	env, err := jupytertest.New(t.Context(), t.TempDir(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	r := results{}
	if err := measure(t.Context(), env, 1, 700, nil, r.add); err != nil {
		t.Fatal(err)
	}
	for _, figure := range []string{"lines_exact", "paused_exact", "paused_idle"} {
		if m, ok := r.median("gokernel", figure); !ok || m != 1 {
			t.Errorf("%s is %v, %v", figure, m, ok)
		}
	}
	for _, f := range figures {
		m, _ := r.median("gokernel", f.name)
		other, _ := r.median("ipykernel", f.name)
		t.Logf("%s: %s %s, ipykernel %s %s", f.title, number(m), f.unit, number(other), f.unit)
	}
}
