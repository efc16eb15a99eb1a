// The client: starts `platelaw lsp` for the folders that are open. Everything else is the server's.

import { ExtensionContext, commands, window, workspace } from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(commands.registerCommand("platelaw.restart", restart));
  context.subscriptions.push(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("platelaw")) void restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(): Promise<void> {
  await client?.stop().catch(() => undefined);
  await start();
}

async function start(): Promise<void> {
  const options: LanguageClientOptions = { documentSelector: [{ language: "policy" }] };
  client = new LanguageClient("platelaw", "platelaw", server(), options);
  try {
    await client.start();
  } catch {
    const { command } = server() as { command: string };
    void window.showErrorMessage(
      `platelaw: \`${command} lsp\` does not start. Install it with ` +
        "`pip install 'platelaw[editor]'`, or name it in the setting platelaw.command.",
    );
  }
}

/** The command that starts the server, as the settings say; it runs where the first folder lies. */
function server(): ServerOptions {
  const settings = workspace.getConfiguration("platelaw");
  const registry = settings.get<string>("registry", "");
  const places = settings.get<string[]>("places", []);
  return {
    command: settings.get<string>("command", "platelaw"),
    args: ["lsp", ...(registry ? ["--registry", registry] : []), "--", ...places],
    options: { cwd: workspace.workspaceFolders?.[0]?.uri.fsPath },
  };
}
