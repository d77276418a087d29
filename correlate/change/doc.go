// Package change finds where a series changed, and knows no causes.
//
// The way through: the reported samples are put on a grid of the export's own step, holes
// masked, and joined to at most 600 median buckets (grid.go); wild buckets are clipped and
// the noise is taken from neighbour differences (noise.go); exact PELT with a cost of
// "constant or straight line" cuts them, once more when the residuals turn out wider or
// correlated (pelt.go, segment.go). For throughput the ramp-up, the plateau and the planned
// end are told apart (phase.go), the drop rule names lasting losses (drop.go, judge.go,
// measure.go), their onset is dated at full resolution as an interval never finer than the
// data (refine.go) and a CUSUM chart gives a second opinion (cusum.go). For curves, jumps
// and slopes become surge, leak, shift, drop, recovery and gap (detect.go, curve.go). Of a
// series of which nothing is known Turns names each new level and slope, in the setting
// measured on the Turing Change Point Dataset (turns.go); Points is the bare segmentation in
// that setting (points.go).
//
// Sources: Killick, Fearnhead, Eckley: Optimal detection of changepoints with a linear
// computational cost (JASA 107, 2012); Page: Continuous inspection schemes (Biometrika 41,
// 1954); Mann (Econometrica 13, 1945) and Kendall on trend; van den Burg and Williams: An
// evaluation of change point detection algorithms (arXiv 2003.06222) for the benchmark.
//
// Missing is not zero: a moment without a sample neither lowers a level nor counts as lost.
// Everything is deterministic; one Detector can be reused for many series.
package change
