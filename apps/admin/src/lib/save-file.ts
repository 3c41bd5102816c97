/** Fetches a file with the session and the tenant, and hands it to the browser to keep. */
export async function saveFile(fetchFile: () => Promise<Response>, name: string): Promise<void> {
  const response = await fetchFile();
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
