using System;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Remoting;
using System.Management.Automation.Remoting.Client;
using System.Management.Automation.Runspaces;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Security.Cryptography.X509Certificates;

namespace EmbeddedTenant;

/// <summary>A remote session whose lines travel over a connection that an HTTP server gave up for it.</summary>
public sealed class ServerConnectionInfo : RunspaceConnectionInfo
{
    readonly Stream stream;
    public ServerConnectionInfo(Stream stream, string computerName) { this.stream = stream; ComputerName = computerName; }
    public override string ComputerName { get; set; }
    public override PSCredential Credential { get; set; }
    public override AuthenticationMechanism AuthenticationMechanism { get; set; }
    public override string CertificateThumbprint { get; set; }
    public override RunspaceConnectionInfo Clone() => this;
    public override BaseClientSessionTransportManager CreateClientSessionTransportManager(Guid instanceId, string sessionName, PSRemotingCryptoHelper cryptoHelper)
        => new Manager(stream, instanceId, cryptoHelper);

    sealed class Manager : ClientSessionTransportManagerBase
    {
        readonly Stream stream;
        bool closed;
        public Manager(Stream stream, Guid instanceId, PSRemotingCryptoHelper cryptoHelper) : base(instanceId, cryptoHelper) { this.stream = stream; }

        public override void CreateAsync()
        {
            SetMessageWriter(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" });
            SendOneItem();
            new Thread(Read) { IsBackground = true }.Start();
        }

        void Read()
        {
            try
            {
                using var reader = new StreamReader(stream, Encoding.UTF8, false, 65536, true);
                while (reader.ReadLine() is string line) HandleOutputDataReceived(line);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException) { }
            if (!closed) RaiseErrorHandler(new TransportErrorOccuredEventArgs(
                new PSRemotingTransportException("The remote session ended: the shell was not found on the server."),
                TransportMethodEnum.CloseShellOperationEx));
        }

        protected override void CleanupConnection() { closed = true; stream.Dispose(); }
        public override void CloseAsync() { closed = true; base.CloseAsync(); }
    }

    /// <summary>The way to the server, or nothing and the problem: a type of exception or a status line, and a text.</summary>
    public static Stream Open(Uri uri, string authorization, bool anyCertificate, out string problem)
    {
        problem = null;
        try
        {
            var socket = new TcpClient(uri.Host, uri.Port) { NoDelay = true };
            Stream stream = socket.GetStream();
            if (uri.Scheme == "https")
            {
                var tls = new SslStream(stream, false, anyCertificate ? (_, _, _, _) => true : null);
                tls.AuthenticateAsClient(uri.Host);
                stream = tls;
            }
            var head = Ask(stream, uri, authorization);
            if (head.StartsWith("HTTP/1.1 101 ")) return stream;
            stream.Dispose();
            problem = head.Split('\r')[0];
        }
        catch (Exception error) { problem = error.GetType().Name + " " + error.Message; }
        return null;
    }

    static string Ask(Stream stream, Uri uri, string authorization)
    {
        var header = authorization == null ? "" : $"Authorization: {authorization}\r\n";
        var request = $"POST {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\nConnection: Upgrade\r\n" +
            $"Upgrade: powershell\r\nUser-Agent: Microsoft WinRM Client\r\n{header}\r\n";
        stream.Write(Encoding.ASCII.GetBytes(request));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n"))
        {
            int next = stream.ReadByte();
            if (next < 0) break;
            head.Append((char)next);
        }
        return head.ToString();
    }
}
