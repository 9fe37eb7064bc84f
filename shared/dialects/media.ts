// How emitters write images, audio and documents into messages: which parts they are, where the bytes, the address
// and the media type stand. Names alone; OpenTelemetry's GenAI parts, OpenAI's chat and responses, Anthropic's
// sources, the Vercel AI SDK's parts, Gemini's inline and file data, Bedrock's, LangChain's and MCP's.

/** Types of parts, and the word for what they hold; '' where the media type or modality says it. */
export const mediaTypes: Readonly<Record<string, string>> = {
  blob: '',
  uri: '',
  file: '',
  image: 'image',
  image_url: 'image',
  input_image: 'image',
  output_image: 'image',
  audio: 'audio',
  input_audio: 'audio',
  output_audio: 'audio',
  video: 'video',
  video_url: 'video',
  document: 'document',
  input_file: 'file',
  media: '',
  resource: '',
  image_generation_call: 'image',
};

/** Parts without a type: Gemini and Bedrock name what they hold by a field. */
export const mediaFields: readonly string[] = [
  'inlineData',
  'inline_data',
  'fileData',
  'file_data',
  'image',
  'document',
  'video',
];

/** Objects within a part that hold what is asked below; the part itself is asked first. */
export const mediaHolders: readonly string[] = [
  'source',
  'image_url',
  'video_url',
  'input_audio',
  'audio',
  'file',
  'resource',
  ...mediaFields,
];

/** Base64, or an address that begins with `data:`. */
export const mediaDataNames: readonly string[] = [
  'data',
  'file_data',
  'content',
  'image',
  'image_url',
  'bytes',
  'base64',
  'b64_json',
  'blob',
  'result',
  '$bytes',
];

export const mediaAddressNames: readonly string[] = [
  'url',
  'uri',
  'fileUri',
  'file_uri',
  'file_url',
  'image_url',
  'file_id',
  'fileId',
];

export const mediaTypeNames: readonly string[] = ['mime_type', 'media_type', 'mimeType', 'mediaType', 'mime'];

/** A word that says more of the kind than the part's type. */
export const mediaKindNames: readonly string[] = ['modality'];

export const mediaFileNames: readonly string[] = ['filename', 'file_name', 'name', 'title'];

/** How many bytes there were, where they themselves were not recorded. */
export const mediaSizeNames: readonly string[] = ['size', 'byte_length', 'size_bytes', 'byteLength'];
