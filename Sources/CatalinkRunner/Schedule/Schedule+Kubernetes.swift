extension Schedule {
    /// A CronJob of batch/v1; what it mounts is named after the job.
    var kubernetes: String {
        let name = resourceName
        return """
            # Beside it: a ConfigMap \(name) with job.yaml, a PersistentVolumeClaim \(name) on block storage
            # (a ledger must not lie on a network file system)\(secretHint(name)), and the catalog where the job says.
            apiVersion: batch/v1
            kind: CronJob
            metadata:
              name: \(name)
            spec:
              schedule: \(Self.quoted(time.cron))
              # The run takes its own lock as well; this saves it the start.
              concurrencyPolicy: Forbid
              startingDeadlineSeconds: 3600
              jobTemplate:
                spec:
                  backoffLimit: 4
                  # 69 and 75 are run again; all others wait for a person or for the next time.
                  podFailurePolicy:
                    rules:
                      - action: Ignore
                        onPodConditions:
                          - {type: DisruptionTarget, status: "True"}
                      - action: FailJob
                        onExitCodes: {containerName: catalink, operator: NotIn, values: [0, 69, 75, 130, 143]}
                  template:
                    spec:
                      restartPolicy: Never
                      automountServiceAccountToken: false
                      terminationGracePeriodSeconds: 300
                      securityContext:
                        runAsNonRoot: true
                        runAsUser: 10001
                        fsGroup: 10001
                        seccompProfile: {type: RuntimeDefault}
                      containers:
                        - name: catalink
                          image: \(Self.quoted(image ?? "catalink:latest"))
                          command: [/usr/bin/catalink, run, -q, /etc/catalink/job/job.yaml]
                          env:
                            - {name: STATE_DIRECTORY, value: /var/lib/catalink/state}
                            \(keyed("- {name: CREDENTIALS_DIRECTORY, value: /etc/catalink/keys}"))
                          securityContext:
                            allowPrivilegeEscalation: false
                            readOnlyRootFilesystem: true
                            capabilities: {drop: [ALL]}
                          volumeMounts:
                            - {name: job, mountPath: /etc/catalink/job, readOnly: true}
                            - {name: state, mountPath: /var/lib/catalink}
                            - {name: tmp, mountPath: /tmp}
                            \(keyed("- {name: keys, mountPath: /etc/catalink/keys, readOnly: true}"))
                      volumes:
                        - {name: job, configMap: {name: \(name)}}
                        - {name: state, persistentVolumeClaim: {claimName: \(name)}}
                        - {name: tmp, emptyDir: {}}
                        \(keyed("- {name: keys, secret: {secretName: \(name), defaultMode: 0440}}"))
            """.split(separator: "\n").filter { $0.contains { $0 != " " } }.joined(separator: "\n")
    }

    /// A DNS label, short enough for what Kubernetes adds to it.
    private var resourceName: String {
        var name = ("catalink-" + job.name).replacing("_", with: "-").replacing(".", with: "-").prefix(50)
        while name.last == "-" { name.removeLast() }
        return String(name)
    }

    private func secretHint(_ name: String) -> String {
        keyFiles.isEmpty ? "" : ", a Secret \(name) with \(keyFiles.joined(separator: ", "))"
    }

    /// A line only where there are credentials.
    private func keyed(_ line: String) -> String { keyFiles.isEmpty ? "" : line }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
