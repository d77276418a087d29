#!/bin/bash
# {{.Shards}} shards on up to {{.Workers}} tasks at a time. Printed by: oomortem submit slurm
#   id=$(sbatch --parsable FILE)
#   sbatch --dependency=afterany:$id --wrap {{quote (shell .Merge)}}
#SBATCH --job-name={{.Name}}
#SBATCH --array=0-{{.Last}}%{{.Workers}}
#SBATCH --cpus-per-task={{.CPUs}}
#SBATCH --mem={{.Memory}}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={{.Name}}-%A_%a.log

{{shell .Command}} --shard "$SLURM_ARRAY_TASK_ID/{{.Shards}}"
status=$?

# Slurm starts a shard again when its node dies, not when it was killed: 137 is SIGKILL, as by the kernel's OOM killer.
# What it had finished is skipped then, and a run that kills its worker twice is reported as failed.
if [ "$status" -eq 137 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
