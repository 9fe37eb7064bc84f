// The empty list: three ways to send a first trace, ready to copy.
import { collectorEndpoint } from '../../state/page/endpoint.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import './first-trace.css';

export function FirstTrace() {
  const endpoint = collectorEndpoint();
  return (
    <section class="first-trace" aria-labelledby="first-trace">
      <h2 id="first-trace">Nothing recorded yet</h2>
      <p>This page fills as soon as a trace arrives. Any OpenTelemetry SDK will do; so will a recording.</p>
      <Step title="Point an SDK here" text={`export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`} />
      <Step title="Import a recording" text={`playhead import run.cast --endpoint ${endpoint}`} />
      <Step title="Or send one span by hand" text={curlExample(endpoint)} />
    </section>
  );
}

function Step({ title, text }: { title: string; text: string }) {
  return (
    <div class="step">
      <h3>{title}</h3>
      <div class="snippet">
        <pre>{text}</pre>
        <CopyButton text={text} what={title} />
      </div>
    </div>
  );
}

function curlExample(endpoint: string): string {
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: 'hello',
    startTimeUnixNano: '1781680611000000000',
    endTimeUnixNano: '1781680612000000000',
  };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  return `curl ${endpoint}/v1/traces -H 'content-type: application/json' \\\n  -d '${body}'`;
}
