package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pod is what we read of a pod of the job.
type pod struct {
	Metadata struct {
		Name        string
		Annotations map[string]string
	}
	Spec   struct{ NodeName string }
	Status struct {
		Reason, Message   string
		Conditions        []condition
		ContainerStatuses []struct {
			State struct {
				Waiting    struct{ Reason, Message string }
				Terminated struct {
					ExitCode   int
					Reason     string
					FinishedAt time.Time
				}
			}
		}
	}
}

const completionIndex = "batch.kubernetes.io/job-completion-index"

// pods lists those of the job that are in a phase.
func (k *kubernetes) pods(ctx context.Context, phase string) ([]pod, error) {
	out, err := k.kubectl(ctx, nil, "get", "pods", "--selector=batch.kubernetes.io/job-name="+k.Name, "--field-selector=status.phase="+phase, "-o", "json")
	if err != nil {
		return nil, err
	}
	var list struct{ Items []pod }
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		return nil, fmt.Errorf("reading what kubectl tells of the pods: %w", err)
	}
	return list.Items, nil
}

// held tells why no pod is at work: an image that cannot be had, no node with room. A Job waits for that for ever.
func (k *kubernetes) held(ctx context.Context) string {
	pods, err := k.pods(ctx, "Pending")
	if err != nil {
		return err.Error()
	}
	var reasons []string
	for _, p := range pods {
		for _, c := range p.Status.Conditions {
			if c.Type == "PodScheduled" && c.Status == "False" {
				reasons = append(reasons, c.Reason+": "+c.Message)
			}
		}
		for _, c := range p.Status.ContainerStatuses {
			if w := c.State.Waiting; w.Reason != "" && w.Reason != "ContainerCreating" {
				reasons = append(reasons, strings.TrimSuffix(w.Reason+": "+w.Message, ": "))
			}
		}
	}
	slices.Sort(reasons)
	return strings.Join(slices.Compact(reasons), "; ")
}

// few is how many failures are told one by one.
const few = 10

// failures tells of each shard that was given up how its last pod ended.
func (k *kubernetes) failures(ctx context.Context) []string {
	if len(k.failed) == 0 {
		return nil
	}
	pods, err := k.pods(ctx, "Failed")
	if err != nil {
		return []string{err.Error()}
	}
	last := map[int]pod{}
	for _, p := range pods {
		i, err := strconv.Atoi(p.Metadata.Annotations[completionIndex])
		if old, ok := last[i]; err == nil && (!ok || p.finished().After(old.finished())) {
			last[i] = p
		}
	}
	var lines []string
	for n, i := range k.failed {
		if n == few {
			return append(lines, fmt.Sprintf("... and %d more: kubectl describe job %s", len(k.failed)-few, k.Name))
		}
		if p, ok := last[i]; ok {
			lines = append(lines, printable(fmt.Sprintf("shard %d failed: pod %s on %s %s; its log: kubectl logs %s", i, p.Metadata.Name, p.Spec.NodeName, p.ending(), p.Metadata.Name)))
		} else {
			lines = append(lines, fmt.Sprintf("shard %d failed and its pods are gone: kubectl get events", i))
		}
	}
	return lines
}

func (p pod) finished() (at time.Time) {
	for _, c := range p.Status.ContainerStatuses {
		at = c.State.Terminated.FinishedAt
	}
	return at
}

// ending tells how the pod came to its end.
func (p pod) ending() string {
	s := "ended"
	for _, c := range p.Status.ContainerStatuses {
		t := c.State.Terminated
		s += fmt.Sprintf(" with status %d", t.ExitCode)
		if t.Reason == "OOMKilled" {
			s += " (OOMKilled: give it more --memory)"
		} else if t.Reason != "" && t.Reason != "Error" {
			s += " (" + t.Reason + ")"
		}
	}
	return strings.TrimSpace(s + " " + p.Status.Reason + " " + p.Status.Message)
}

// indexes reads a list as Kubernetes writes it: 1,3-5.
func indexes(list string) (all []int) {
	for item := range strings.SplitSeq(list, ",") {
		from, to, span := strings.Cut(item, "-")
		first, err := strconv.Atoi(from)
		if err != nil {
			continue
		}
		end := first
		if span {
			if end, err = strconv.Atoi(to); err != nil {
				continue
			}
		}
		for i := first; i <= end && len(all) < 100_000; i++ {
			all = append(all, i)
		}
	}
	return all
}
